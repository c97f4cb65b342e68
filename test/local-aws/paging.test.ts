import { expect, test } from "vitest";
import { AwsFault } from "../../src/local-aws/fault.ts";
import { type PageRequest, pageOf } from "../../src/local-aws/paging.ts";

const letters = "abcdefghijkl".split("");

function request(token?: string, more: Partial<PageRequest<string>> = {}): PageRequest<string> {
  return { list: "letters", token, keyOf: (letter) => letter, refuse: () => new AwsFault("Refused", "no"), ...more };
}

test("pages hold at most five, follow one another, and the last has no token", () => {
  const first = pageOf(letters, request(undefined, { limit: 100 }));
  const second = pageOf(letters, request(first.next));
  const third = pageOf(letters, request(second.next));
  expect([first.items, second.items, third.items].map((page) => page.join(""))).toEqual(["abcde", "fghij", "kl"]);
  expect(third.next).toBeUndefined();
  expect(pageOf(letters, request(undefined, { limit: 2 })).items).toEqual(["a", "b"]);
  expect(pageOf(letters.slice(0, 5), request()).next).toBeUndefined();
});

test("what comes and goes between two pages neither repeats nor hides an item", () => {
  const { next } = pageOf(letters, request());
  expect(pageOf(["0", ...letters], request(next)).items[0]).toBe("f");
  expect(pageOf(letters.slice(2), request(next)).items[0]).toBe("f");
  expect(pageOf(letters.toSpliced(4, 1, "E"), request(next)).items[0]).toBe("f");
});

test.each(["", "rubbish", "WzFd", Buffer.from("[1,2,3]").toString("base64url")])("the token %j is refused", (token) => {
  expect(() => pageOf(letters, request(token))).toThrow(AwsFault);
});

test("a token of another list is refused", () => {
  const { next } = pageOf(letters, request());
  expect(() => pageOf(letters, request(next, { list: "others" }))).toThrow(AwsFault);
});
