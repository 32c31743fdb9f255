// How often the list is brought up to date: the browser looks at every film on the page for every frame, so many films have fewer frames.

/** After a rest, what a visitor has done is shown soon, and so is the end of a batch. */
export const FIRST_MILLISECONDS = 100;
/** Films may come faster than anyone can read. */
const SHORTEST_MILLISECONDS = 250;
/** Drawing takes no more than one part in so many of the page's time; the rest is for reading. */
const PARTS = 10;
/** Nobody waits longer to see what was read. */
const LONGEST_MILLISECONDS = 1000;

export class Pace {
  #frame = 0;
  #drawn = -Infinity;

  /** How long to wait until the page is drawn again. */
  get milliseconds(): number {
    const shortest = performance.now() - this.#drawn > LONGEST_MILLISECONDS ? FIRST_MILLISECONDS : SHORTEST_MILLISECONDS;
    return Math.min(LONGEST_MILLISECONDS, Math.max(shortest, this.#frame * PARTS));
  }

  /** Something was drawn: measures how long the browser is at work on the frame that follows. Silent where the page is not seen. */
  drawn(): void {
    this.#drawn = performance.now();
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
