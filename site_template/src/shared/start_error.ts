// Why nothing can be read: each kind of failed start has a sentence of its own (`start-…` in strings.toml).

/** `no-backend` is said by `engine-failed`. */
export type StartProblem =
  /** No answer came, or it broke off: no network, most likely. */
  | "unreachable"
  /** For long nothing came at all, and nothing said that it would not. */
  | "silent"
  /** The server answered with something else than 200. */
  | "missing"
  /** A file is not what the page, or a file that it vouches for, says that it is. */
  | "changed"
  /** The browser or the host lets no worker start, or it ended by itself. */
  | "no-worker"
  /** Nothing here computes what it should. */
  | "no-backend";

export class StartError extends Error {
  readonly problem: StartProblem;
  /** The file that it was about; empty where it was about none. */
  readonly file: string;

  constructor(problem: StartProblem, message: string, file = "") {
    super(message);
    this.problem = problem;
    this.file = file;
  }
}

/** The last part of an address. */
export const nameOf = (address: string): string => address.split(/[?#]/)[0]!.split("/").at(-1)!;
