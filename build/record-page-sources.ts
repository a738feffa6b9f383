import { rm, writeFile } from 'node:fs/promises'
import type { Plugin } from 'vite'
import { hashPageSources, pageRecordOf } from '../app/checkout/page-sources.ts'

/** Records which sources the page was built of, whoever builds it; a build that fails leaves no record. */
export function recordPageSources(checkout: string): Plugin {
  let sources: string
  return {
    name: 'record page sources',
    apply: 'build',
    async buildStart() {
      await rm(pageRecordOf(checkout), { force: true })
      sources = await hashPageSources(checkout)
    },
    async writeBundle() {
      await writeFile(pageRecordOf(checkout), sources)
    },
  }
}
