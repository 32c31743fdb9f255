// How often the list is brought up to date: the browser looks at every film on the page for every frame, so many films have fewer frames.

/** Films may come faster than anyone can read. */
const SHORTEST_MILLISECONDS = 100;
/** Drawing takes no more than one part in so many of the page's time; the rest is for reading. */
const PARTS = 6;
/** Nobody waits longer to see what was read. */
const LONGEST_MILLISECONDS = 1000;

export class Pace {
  #frame = 0;

  /** How long to wait until the page is drawn again. */
  get milliseconds(): number {
    return Math.min(LONGEST_MILLISECONDS, Math.max(SHORTEST_MILLISECONDS, this.#frame * PARTS));
  }

  /** Something was drawn: measures how long the browser is at work on the frame that follows. Silent where the page is not seen. */
  drawn(): void {
    requestAnimationFrame(() => {
      const begun = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        this.#frame = performance.now() - begun; // styles, layout and paint come before the message
        port1.close();
      };
      port2.postMessage(null);
    });
  }
}
