import assert from "node:assert/strict";
import { test } from "node:test";
import { Room } from "./room.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("as many as there are places go in at once, and the others in their order", async () => {
  let places = 2;
  const [room, inside]: [Room, number[]] = [new Room(() => places), []];
  for (const number of [1, 2, 3, 4, 5]) void room.enter().then(() => inside.push(number));
  await settled();
  assert.deepEqual(inside, [1, 2]);
  room.leave();
  await settled();
  assert.deepEqual(inside, [1, 2, 3]);
  places = 4;
  room.widen();
  await settled();
  assert.deepEqual(inside, [1, 2, 3, 4, 5]);
});

test("who gives up takes no place, and who is turned away does not either", async () => {
  const room = new Room(() => 1);
  await room.enter();
  const [first, failed]: [AbortController, unknown[]] = [new AbortController(), []];
  void room.enter(first.signal).catch((error: unknown) => failed.push(error));
  void room.enter().catch((error: unknown) => failed.push(error));
  first.abort("given up");
  await settled();
  assert.deepEqual(failed, ["given up"]);
  const away = new Error("another model");
  room.empty(away);
  await settled();
  assert.deepEqual(failed, ["given up", away]);
  await assert.rejects(room.enter(first.signal), (error) => error === "given up");
  room.leave();
  await room.enter();
});
