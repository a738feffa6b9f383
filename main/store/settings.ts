import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Settings, type SettingsChange } from '../../shared/settings.ts'
import type { Home } from './home.ts'
import { writeFileWhole } from './write-file.ts'

const settingsFile = (home: Home) => path.join(home.root, 'settings.json')

/** What the person chose. Whatever the file holds that cannot be understood is as if it were not there. */
export async function readSettings(home: Home): Promise<Settings> {
  const found = await readObject(settingsFile(home))
  const understood = Object.entries(Settings.shape).flatMap(([name, schema]) => {
    const { success, data } = schema.safeParse(found[name])
    return success ? [[name, data]] : []
  })
  return Settings.parse(Object.fromEntries(understood))
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

let last: Promise<unknown> = Promise.resolve()

/** Changes some settings and returns all of them. Two changes at once are both kept. Errors: `storage-failed`. */
export function changeSettings(
  home: Home,
  change: SettingsChange & Partial<Pick<Settings, 'dotfiles'>>,
): Promise<Settings> {
  const changed = last.then(async () => {
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const settings = Settings.parse({ ...(await readSettings(home)), ...Object.fromEntries(given) })
    await writeFileWhole(settingsFile(home), `${JSON.stringify(settings, null, 2)}\n`)
    return settings
  })
  last = changed.catch(() => {})
  return changed
}
