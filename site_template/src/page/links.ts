// Links to other pages open beside this one while films are on it: leaving it would lose every reading.

export function keepFilms(): void {
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]:not([href^='#'], [download])") : null;
    if (link !== null) link.target = document.body.classList.contains("has-readings") ? "_blank" : "";
  });
}
