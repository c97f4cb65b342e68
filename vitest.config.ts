import { defineConfig } from "vitest/config";

/** The suffix of a test's file says what it needs: nothing, a PostgreSQL with pgvector, or the built command. */
const kinds = {
  unit: { include: ["test/**/*.test.ts"], exclude: ["test/**/*.{pg,e2e}.test.ts"], seconds: 20 },
  pg: { include: ["test/**/*.pg.test.ts"], exclude: [], seconds: 120 },
  e2e: { include: ["test/**/*.e2e.test.ts"], exclude: [], seconds: 300 },
};

export default defineConfig({
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    maxWorkers: 2,
    projects: Object.entries(kinds).map(([name, { include, exclude, seconds }]) => ({
      extends: true,
      test: { name, include, exclude, testTimeout: seconds * 1000, hookTimeout: seconds * 1000 },
    })),
  },
});
