import type { Channel } from "@tauri-apps/api/core";
import { expect, test } from "vitest";
import { core } from "../test/journal";
import * as ipc from ".";

const found = (in_values: number) => ({ in_values }) as ipc.SearchResults;

test("a part of what is found that comes after the whole is not heard", async () => {
  const heard: number[] = [];
  let tell: (part: ipc.SearchResults) => void = () => {};
  core({
    search: (args) => {
      const { found: parts } = args as unknown as { found: Channel<ipc.SearchResults> };
      tell = (part) => parts.onmessage(part);
      tell(found(1));
      return found(2);
    },
  });
  expect((await ipc.search("rate", (part) => heard.push(part.in_values))).in_values).toBe(2);
  tell(found(1));
  expect(heard).toEqual([1]);
});
