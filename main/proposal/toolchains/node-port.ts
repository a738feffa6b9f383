import type { Port } from '../draft/draft.ts'
import { portIn } from '../draft/parse-port.ts'
import { keysAt, textAt } from '../draft/parsed-values.ts'
import type { ProjectReader } from '../draft/project-reader.ts'

const OWN = 'it has to listen on all addresses to be reached from outside, such as with "--host".'
const LOOPBACK = `It listens on localhost only unless told otherwise: ${OWN}`

/** The default ports of programs. */
const USUAL: Record<string, { port: number; loopback: boolean }> = {
  next: { port: 3000, loopback: false },
  nuxt: { port: 3000, loopback: true },
  astro: { port: 4321, loopback: true },
  gatsby: { port: 8000, loopback: true },
  '@angular/cli': { port: 4200, loopback: true },
  'react-scripts': { port: 3000, loopback: false },
  '@sveltejs/kit': { port: 5173, loopback: true },
  '@remix-run/dev': { port: 5173, loopback: true },
  vitepress: { port: 5173, loopback: true },
  vite: { port: 5173, loopback: true },
}

const MAIN = /^(?:src\/)?(?:server|index|app|main)\.(?:[cm]?js|ts)$/

/**
 * The port that a Node program evidently serves on: from its start scripts, its framework's default, or its main file.
 */
export async function nodePort(
  look: ProjectReader,
  manifest: unknown,
  names: string[],
): Promise<Port | undefined> {
  const from = look.path('package.json')
  for (const script of keysAt(manifest, 'scripts').filter((name) => /^(?:dev|start|serve)\b/.test(name))) {
    const text = textAt(manifest, 'scripts', script) ?? ''
    const found = /(?:\s--port[= ]|\s-p[= ]|\bPORT=)(\d{2,5})\b/.exec(` ${text}`)?.[1]
    const port = portIn(found)
    if (port) return { port, reason: `The script "${script.slice(0, 40)}" serves there.`, from }
  }
  const framework = Object.keys(USUAL).find((name) => names.includes(name))
  const usual = framework === undefined ? undefined : USUAL[framework]
  if (usual) {
    const reason = `Where ${framework} serves while developing.${usual.loopback ? ` ${LOOPBACK}` : ''}`
    return { port: usual.port, reason, from }
  }
  for (const file of look.matching(MAIN)) {
    const text = await look.text(file)
    const found = /\.listen\(\s*(\d{2,5})\b|\bPORT\b\s*(?:\|\||\?\?)\s*['"]?(\d{2,5})\b/.exec(text ?? '')
    const port = portIn(found?.[1] ?? found?.[2])
    if (port) return { port, reason: `${look.path(file)} serves there.`, from: look.path(file) }
  }
  return undefined
}
