// The files of folders, with their paths and in their order.

import { naturally } from "./list/order.ts";

export type Dropped = File | Promise<File[]>;

/** What was dropped: files, and what lies in folders. To be called while the event is handled. */
export function droppedItems(data: DataTransfer): Dropped[] {
  const dropped = [...data.items].map((item): Dropped | null => {
    const entry = item.webkitGetAsEntry?.() ?? null;
    if (!isDirectory(entry)) return item.getAsFile();
    // Chromium walks entries on no page that was opened from a disk, and handles on every one; others have no handles.
    const handle = (item as { getAsFileSystemHandle?(): Promise<FileSystemDirectoryHandle> }).getAsFileSystemHandle?.();
    const below = handle === undefined ? belowEntry(entry) : handle.then((folder) => belowHandle(folder, folder.name)).catch(() => []);
    return below.then(inOrder);
  });
  return dropped.filter((one) => one !== null);
}

/** The same file under its path. */
export function named(file: File, path: string): File {
  return path === "" ? file : new File([file], path, { type: file.type });
}

/** By their paths, as people count; what lies in a folder stays together. */
export function inOrder<T extends { readonly name: string }>(files: readonly T[]): T[] {
  const keyed = files.map((file) => ({ file, path: file.name.split("/") }));
  return keyed.sort((a, b) => byPath(a.path, b.path)).map(({ file }) => file);
}

function byPath(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at === -1 ? one.length - other.length : naturally(one[at]!, other[at] ?? "");
}

/** Every file below a folder. What cannot be read is passed over, here and below. */
async function belowHandle(folder: FileSystemDirectoryHandle, path: string): Promise<File[]> {
  const children: FileSystemHandle[] = [];
  try {
    for await (const child of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) children.push(child);
  } catch {
    return [];
  }
  const below = children.map(async (child): Promise<File[]> => {
    const childPath = `${path}/${child.name}`;
    if (child.kind === "directory") return belowHandle(child as FileSystemDirectoryHandle, childPath);
    return (child as FileSystemFileHandle).getFile().then((file) => [named(file, childPath)], () => []);
  });
  return (await Promise.all(below)).flat();
}

async function belowEntry(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // A reader hands out its entries a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) break;
    children.push(...some);
  }
  const below = children.map(async (child): Promise<File[]> => {
    if (isDirectory(child)) return belowEntry(child);
    return new Promise((resolve) => {
      (child as FileSystemFileEntry).file((file) => resolve([named(file, child.fullPath.replace(/^\//, ""))]), () => resolve([]));
    });
  });
  return (await Promise.all(below)).flat();
}

function isDirectory(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}
