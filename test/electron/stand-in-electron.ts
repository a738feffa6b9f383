import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import electron from 'electron/package.json' with { type: 'json' }

/** What marks the fuses in Electron's program, and their wire: version 1, nine fuses, all as Electron ships them. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const WIRE = Buffer.concat([Buffer.from([1, 9]), Buffer.from('101100111')])

/** A folder that electron-builder takes for an unpacked Electron: everything but the runtime itself. */
export async function standInElectron(folder: string): Promise<string> {
  await mkdir(path.join(folder, 'resources'), { recursive: true })
  const program = path.join(folder, 'electron')
  await writeFile(program, Buffer.concat([Buffer.from(`no runtime\n${SENTINEL}`), WIRE]))
  await chmod(program, 0o755)
  await writeFile(path.join(folder, 'version'), electron.version)
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) await writeFile(path.join(folder, name), 'none\n')
  return folder
}
