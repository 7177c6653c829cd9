import { join } from 'node:path';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import solid from 'vite-plugin-solid';
import { configDefaults } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Names this build in every hello, so that two builds at once know which of them is newer. Sorts by time. */
const build = new Date().toISOString();

/** A shared machine may stand still for seconds: there a story that failed is told once more, and the report says so. */
const retry = process.env.CI ? 1 : 0;

/** A story waits no longer than it must; a machine may take three times as long as another, and only a hang ends a story by time. */
const patience = { expect: { poll: { timeout: 60_000, interval: 50 } }, testTimeout: 300_000, hookTimeout: 300_000 };

/** Files share a worker and its modules: to load them anew for each takes as long as the tests. No module here keeps what a test did. */
const oneProcess = { isolate: false };

/** Vitest begins with the largest files. The leak test is a small one and takes longest: begun last, it would run alone at the end. */
class LeaksFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLeak = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith('/e2e/leak.test.ts'));
    return (await super.sort(files)).toSorted((a, b) => isLeak(b) - isLeak(a));
  }
}

const UPSTREAM_STORIES = [
  'e2e/{upstreams,real-parts,bad-days,leak,refused}.test.ts',
  'e2e/{scientific,topology,map,voice,devices,home}.test.ts',
];

export default defineConfig({
  plugins: [
    solid(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png,webmanifest}'],
        navigateFallback: '/index.html',
        // The server's own routes are never answered from the shell.
        navigateFallbackDenylist: [/^\/(live|sse|up|api|simulators|healthz|readyz|metrics)/],
        cleanupOutdatedCaches: true,
      },
      manifest: {
        name: 'Hyphae',
        short_name: 'Hyphae',
        description: 'The live wire of the lab: boards, instruments and feeds on every screen.',
        id: '/',
        start_url: '/',
        display: 'standalone',
        background_color: '#0c1310',
        theme_color: '#0c1310',
        categories: ['productivity', 'utilities'],
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
    }),
  ],
  resolve: {
    alias: [
      // satellite.js re-exports a WASM propagator that imports `node:` modules and starts workers of its own. Nobody here calls it: in
      // its place comes a module of that package that is empty.
      {
        find: /^\.\/wasm\/index\.js$/,
        replacement: join(import.meta.dirname, 'node_modules/satellite.js/dist/common-types.js'),
      },
    ],
  },
  define: { __BUILD__: JSON.stringify(process.env.HYPHAE_BUILD ?? build) },
  // The hub is two files, itself and its upstreams, and it fetches the second as soon as it runs: after an update old files are gone from
  // the precache (see docs/architecture.md).
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    sourcemap: true,
    reportCompressedSize: true,
    emptyOutDir: true,
    outDir: process.env.HYPHAE_DIST ?? 'dist',
  },
  server: {
    port: 7421,
    strictPort: true,
    proxy: {
      '/live': { target: 'ws://127.0.0.1:7420', ws: true },
      '/sse': 'http://127.0.0.1:7420',
      '/api': 'http://127.0.0.1:7420',
      '/up': { target: 'http://127.0.0.1:7420', ws: true },
      '/simulators': 'http://127.0.0.1:7420',
      '/healthz': 'http://127.0.0.1:7420',
      '/metrics': 'http://127.0.0.1:7420',
    },
  },
  test: {
    // The Solid plugin would ask for jsdom; nothing here needs a pretended page.
    environment: 'node',
    sequence: { sequencer: LeaksFirst },
    // The Solid plugin makes tests resolve for a browser; there `ws` is a stub that throws.
    alias: [{ find: /^ws$/, replacement: join(import.meta.dirname, 'node_modules/ws/wrapper.mjs') }],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,workers,server,.ci}/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, '**/*.int.test.ts'],
          // Only a hang should end a test by time: the fuzzing ones take seconds, and longer on a busy machine.
          testTimeout: 60_000,
          ...oneProcess,
          maxWorkers: 2,
        },
      },
      {
        // Real processes and sockets, on loopback.
        extends: true,
        test: {
          name: 'integration',
          include: ['{workers,server}/**/*.int.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          retry,
          // They mostly wait: for outages to be noticed, for processes to start. Each has its own ports and its own Redis.
          maxWorkers: 3,
        },
      },
      {
        // Real Chromium on the built app. One story per file, one after the other: two cores, one serial shim.
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...UPSTREAM_STORIES],
          ...patience,
          ...oneProcess,
          retry,
          fileParallelism: false,
        },
      },
      {
        // Stories without a board, which mostly wait for upstreams: they run beside the others, two at a time.
        extends: true,
        test: {
          name: 'e2e-upstreams',
          include: UPSTREAM_STORIES,
          ...patience,
          ...oneProcess,
          retry,
          maxWorkers: 2,
        },
      },
    ],
  },
});
