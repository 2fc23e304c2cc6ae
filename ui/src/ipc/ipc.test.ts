import type { Channel } from "@tauri-apps/api/core";
import { expect, test } from "vitest";
import { core } from "../test/journal";
import * as ipc from ".";

const found = (in_values: number) => ({ in_values }) as ipc.SearchResults;

test("a part that comes after the whole answer is dropped", async () => {
  const parts: number[] = [];
  let emit: (part: ipc.SearchResults) => void = () => {};
  core({
    search: (args) => {
      const { found: channel } = args as unknown as { found: Channel<ipc.SearchResults> };
      emit = (part) => channel.onmessage(part);
      emit(found(1));
      return found(2);
    },
  });
  expect((await ipc.search("rate", (part) => parts.push(part.in_values))).in_values).toBe(2);
  emit(found(1));
  expect(parts).toEqual([1]);
});
