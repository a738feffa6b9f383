import { productError } from '../../shared/errors.ts'
import type { ProjectSummary } from '../../shared/project.ts'
import { findClone } from '../clone/clone.ts'
import { putSample } from '../overview/sample-project.ts'
import { projectAt } from '../store/clone-destination.ts'
import { openProject } from '../store/open-project.ts'
import { forgetProject, recordedFolder, rememberProject } from '../store/project-records.ts'
import { definitionTexts } from '../verbs/definition-texts.ts'
import type { AppParts } from './app-parts.ts'
import { absolute, cloneRequest, wholePath } from './contract-paths.ts'
import { given, type Implementer, unreported } from './implementer.ts'

/** The methods of `projects`. */
export function projectMethods(on: Implementer['projects'], app: AppParts) {
  const { env, host, engine, overview, open, folderOf, start } = app
  const list = async (folder: string): Promise<ProjectSummary> => {
    const project = await openProject(folder, host.home)
    await rememberProject(host, project)
    const summary = await overview.summary(project.key)
    if (!summary) throw productError('project-unknown', { key: project.key })
    return summary
  }
  return {
    open: on.open.handler(({ input }) => list(absolute(input.folder, env))),
    clone: on.clone.handler(async ({ input: { source, reference, destination }, signal }) => {
      const request = cloneRequest(source, reference, wholePath(destination, env))
      const existing = await findClone(host, request, unreported(signal))
      const { key, path } = await projectAt(request.destination, host.home)
      if (existing) {
        await list(path)
        return { project: key, operation: null }
      }
      return { project: key, ...(await start((run) => engine.clone(request, run))) }
    }),
    openSample: on.openSample.handler(async () => list(await putSample(host))),
    forget: on.forget.handler(async ({ input }) => {
      if ((await recordedFolder(host, input.project)) === undefined) {
        throw productError('project-unknown', { key: input.project })
      }
      await forgetProject(host, input.project)
      overview.invalidate(input.project)
    }),
    watch: on.watch.handler(({ signal }) => overview.watch(given(signal))),
    leftOut: on.leftOut.handler(async ({ input }) => engine.deferredContent(await folderOf(input.project))),
    definition: on.definition.handler(async ({ input }) => definitionTexts(await open(input.project), env)),
    propose: on.propose.handler(async ({ input }) => engine.propose(await folderOf(input.project))),
    writeProposal: on.writeProposal.handler(async ({ input: { project, fingerprint } }) => {
      await engine.writeProposal(await folderOf(project), fingerprint)
      overview.invalidate(project)
    }),
  }
}
