import { findDefinition } from '../definition/devcontainer/find-definition.ts'
import { listEditors, openEditor } from '../editor/editors.ts'
import { watchProcesses } from '../overview/watch-processes.ts'
import { countSessions } from '../terminals/count-sessions.ts'
import { driftPatch } from '../verbs/drift/drift-patch.ts'
import type { AppParts } from './app-parts.ts'
import { given, type Implementer, unreported } from './implementer.ts'

/** The methods of `environment`. */
export function environmentMethods(on: Implementer['environment'], app: AppParts) {
  const { env, host, engine, overview, opened, open, openGone, folderOf, start } = app
  return {
    layer: on.layer.handler(async ({ input }) => engine.layer(await folderOf(input.project))),
    switchLayer: on.switchLayer.handler(async ({ input }) =>
      engine.switchLayer(await folderOf(input.project), input.on),
    ),
    status: on.status.handler(async ({ input, signal }) =>
      engine.status(await folderOf(input.project), undefined, unreported(signal)),
    ),
    up: on.up.handler(async ({ input }) => {
      const project = await open(input.project)
      // What cannot be started is rejected at once, and is not a failed operation.
      await findDefinition(project)
      return start((run) => opened.starting(input.project, engine.up(project.path, { frozen: false }, run)))
    }),
    stop: on.stop.handler(async ({ input }) => {
      const folder = await folderOf(input.project)
      return start((run) => opened.stopping(input.project, engine.stop(folder, run)))
    }),
    restart: on.restart.handler(async ({ input }) => {
      const folder = await folderOf(input.project)
      return start((run) => opened.starting(input.project, engine.restart(folder, run, input.service)))
    }),
    reset: on.reset.handler(async ({ input }) => {
      const folder = await folderOf(input.project)
      const trust = input.trust === undefined ? [] : [input.trust]
      return start((run) =>
        opened.starting(
          input.project,
          engine.reset(folder, { to: input.to, data: input.snapshot, discard: input.discard, trust }, run),
        ),
      )
    }),
    data: on.data.handler(async ({ input }) => engine.data(await folderOf(input.project))),
    remove: on.remove.handler(async ({ input: { project, data, versions } }) => {
      const { path: folder } = await openGone(project)
      return start((run) => opened.stopping(project, engine.remove(folder, { data, versions }, run)))
    }),
    drift: on.drift.handler(async ({ input: { project, service }, signal }) => {
      const report = await engine.drift(await folderOf(project), { signal, service })
      if (service === undefined) overview.setDrift(project, report.drift.changes)
      return { ...report, patch: await driftPatch(await open(project), env, report.change) }
    }),
    details: on.details.handler(async ({ input: { project, service } }) =>
      engine.serviceDetails(await folderOf(project), service),
    ),
    processes: on.processes.handler(async ({ input: { project, service }, signal }) =>
      watchProcesses(host, await open(project), service, given(signal)),
    ),
    listens: on.listens.handler(async ({ input: { project, port } }) =>
      engine.listens(await folderOf(project), port),
    ),
    programStart: on.programStart.handler(async ({ input }) =>
      engine.programStart(await folderOf(input.project), undefined),
    ),
    verify: on.verify.handler(async ({ input, signal }) =>
      engine.verify(await folderOf(input.project), undefined, unreported(signal)),
    ),
    sessions: on.sessions.handler(async ({ input }) => countSessions(host, await open(input.project))),
    editors: on.editors.handler(() => listEditors(env)),
    openEditor: on.openEditor.handler(async ({ input: { project, editor } }) => {
      await openEditor(host, await open(project), editor)
    }),
  }
}
