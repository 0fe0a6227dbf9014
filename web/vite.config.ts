import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.ROSTRUM_DEV_SERVER ?? 'http://127.0.0.1:8443';

export default defineConfig({
  plugins: [react()],
  build: {
    target: ['chrome111', 'firefox114', 'safari16.4'],
    assetsDir: 'assets',
    manifest: true,
    // livekit-client is one chunk by nature and is loaded after the first picture.
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: {
      '/api': server,
      '/oauth2': server,
      '/live': server,
      '/livekit': { target: server, ws: true },
    },
  },
});
