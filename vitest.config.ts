import { defineConfig } from "vitest/config";

/** The suffix of a test's file says what it needs: nothing, a PostgreSQL with pgvector, or the built command. */
const kinds = {
  unit: { include: ["test/**/*.test.ts"], exclude: ["test/**/*.{pg,e2e}.test.ts"], seconds: 20, globalSetup: [] },
  pg: { include: ["test/**/*.pg.test.ts"], exclude: [], seconds: 240, globalSetup: [] },
  e2e: { include: ["test/**/*.e2e.test.ts"], exclude: [], seconds: 240, globalSetup: ["test/e2e/build-once.ts"] },
};

export default defineConfig({
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    maxWorkers: 2,
    maxConcurrency: 2,
    projects: Object.entries(kinds).map(([name, { include, exclude, seconds, globalSetup }]) => ({
      extends: true,
      test: {
        // They share their modules, but for what starts processes of its own: to load the SDK anew for each file takes a minute in all.
        isolate: name === "e2e",
        name,
        include,
        exclude,
        globalSetup,
        testTimeout: seconds * 1000,
        hookTimeout: seconds * 1000,
      },
    })),
  },
});
