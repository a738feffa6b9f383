import { productError } from '../../shared/errors.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { AppParts } from './app-parts.ts'
import { wholePath } from './contract-paths.ts'
import { type Implementer, unreported } from './implementer.ts'

/** The methods of `snapshots`. */
export function snapshotMethods(on: Implementer['snapshots'], app: AppParts) {
  const { env, engine, folderOf, start } = app
  return {
    list: on.list.handler(async ({ input }) => engine.snapshots(await folderOf(input.project))),
    take: on.take.handler(async ({ input: { project, name, trust } }) => {
      const folder = await folderOf(project)
      return start((run) => engine.takeSnapshot(folder, { name, trust: trust ? [trust] : [] }, run))
    }),
    restore: on.restore.handler(async ({ input: { project, name, trust } }) => {
      const folder = await folderOf(project)
      return start((run) => engine.restoreSnapshot(folder, { name, trust: trust ? [trust] : [] }, run))
    }),
    export: on.export.handler(async ({ input: { project, name, file } }) => {
      const [folder, target] = [await folderOf(project), wholePath(file, env)]
      // Whatever a page writes, it becomes no program and no setting of this computer.
      if (!target.endsWith('.tar')) {
        const problem = `"${sanitize(file)}" does not end with .tar.`
        throw productError('usage', { problem, hint: 'Give the file a name that does.' })
      }
      return start((run) => engine.exportSnapshot(folder, { name, file: target }, run))
    }),
    import: on.import.handler(async ({ input: { project, file, name } }) => {
      const [folder, source] = [await folderOf(project), wholePath(file, env)]
      return start((run) => engine.importSnapshot(folder, { file: source, name }, run))
    }),
    rename: on.rename.handler(async ({ input: { project, name, to }, signal }) =>
      engine.renameSnapshot(await folderOf(project), name, to, unreported(signal)),
    ),
    delete: on.delete.handler(async ({ input: { project, name }, signal }) => {
      await engine.deleteSnapshot(await folderOf(project), name, unreported(signal))
    }),
  }
}
