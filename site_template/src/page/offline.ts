// Keeps the site on this device with a service worker, and offers a new version instead of slipping it in.

/** `address` of the service worker; null where the page is one file and needs none. */
export async function keepOffline(address: string | null): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined; // missing without https
  if (address === null || workers === undefined) return;
  // Rejects where the browser allows no worker here: from a disk, in private windows, with storage switched off.
  const registration = await workers.register(address).catch(() => undefined);
  if (registration === undefined) return;
  offerNewVersions(registration, workers);
  await workers.ready;
  document.querySelector<HTMLElement>("#kept")!.hidden = false;
}

function offerNewVersions(registration: ServiceWorkerRegistration, workers: ServiceWorkerContainer): void {
  const notice = document.querySelector<HTMLElement>("#new-version")!;
  const offer = (): void => void (notice.hidden = false);
  let isUpdate = registration.active !== null;
  let asked = false;

  notice.querySelector(".reload")!.addEventListener("click", () => {
    asked = true;
    if (registration.waiting === null) location.reload(); // another page of the site has let it in already
    else registration.waiting.postMessage({ type: "SKIP_WAITING" });
  });
  notice.querySelector(".later")!.addEventListener("click", () => void (notice.hidden = true));

  const watch = (worker: ServiceWorker | null): void =>
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && registration.active !== null) offer();
    });
  if (registration.waiting !== null) offer();
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  workers.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (isUpdate) offer();
    isUpdate = true;
  });
}
