import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import react from '@vitejs/plugin-react'
import { build, type InlineConfig, preview } from 'vite'

const MODULES = path.join(import.meta.dirname, '../../../node_modules')
const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Minimal</title></head>
  <body><div id="root"></div><script type="module" src="./main.tsx"></script></body>
</html>
`
const MAIN = `import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

function App() {
  const [count, setCount] = useState(0)
  return (
    <main>
      <h1>Minimal</h1>
      <button onClick={() => setCount(count + 1)}>Count</button>
      {count > 0 && <output>{count}</output>}
    </main>
  )
}

createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>)
`

/** The least that Vite and the same React make of a page with a button, built and served on loopback. */
export async function minimalPage(): Promise<AsyncDisposable & { address: string }> {
  const root = await mkdtemp(path.join(tmpdir(), 'pristine-minimal-'))
  await writeFile(path.join(root, 'index.html'), PAGE)
  await writeFile(path.join(root, 'main.tsx'), MAIN)
  const config: InlineConfig = {
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    resolve: { alias: [{ find: /^(react|react-dom)(?=$|\/)/, replacement: `${MODULES}/$1` }] },
    preview: { host: '127.0.0.1', port: 0 },
  }
  await build(config)
  const server = await preview(config)
  return {
    address: server.resolvedUrls?.local[0] ?? '',
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
