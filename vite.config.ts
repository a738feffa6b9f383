import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { recordPageSources } from './build/record-page-sources.ts'
import { thirdPartyLicenses } from './build/third-party-licenses.ts'

/** The page, for the desktop app and the web mode alike. Nothing in it is inline and nothing comes from elsewhere. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), thirdPartyLicenses(), recordPageSources(import.meta.dirname)],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    // The policy allows files of its own only, so nothing becomes a data: address or an inline script.
    assetsInlineLimit: 0,
    // One file of styles, with the page: a screen that is loaded later never comes without its looks.
    cssCodeSplit: false,
    // The terminal is one chunk, and is loaded when it is opened.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
})
