import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { extractAll } from '@electron/asar'

/** What electron-builder tells of an app that it has just packed. */
interface Packed {
  appOutDir: string
  electronPlatformName: string
  packager: { appInfo: { productFilename: string } }
}

/**
 * Gives the command line its dependencies: those of the app, beside it, because Node cannot look into the archive. They
 * are taken out of the archive, so that they are what was packed.
 */
export default async function afterPack({
  appOutDir,
  electronPlatformName,
  packager,
}: Packed): Promise<void> {
  const inside =
    electronPlatformName === 'darwin'
      ? `${packager.appInfo.productFilename}.app/Contents/Resources`
      : 'resources'
  const resources = path.join(appOutDir, inside)
  const whole = await mkdtemp(path.join(tmpdir(), 'pristine-pack-'))
  try {
    extractAll(path.join(resources, 'app.asar'), whole)
    await cp(path.join(whole, 'node_modules'), path.join(resources, 'cli/node_modules'), { recursive: true })
    // The command line is not what updates itself.
    await rm(path.join(resources, 'cli/node_modules/electron-updater'), { recursive: true, force: true })
  } finally {
    await rm(whole, { recursive: true, force: true })
  }
}
