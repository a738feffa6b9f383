import { basename, resolve } from 'node:path'
import type { Definition } from '../../../shared/definition.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readSettings } from './document/pristine-settings.ts'
import { KNOWN_LOCKFILES } from './known-lockfiles.ts'
import { readRunConfig } from './run/run-config.ts'

/** The definition of a project that has only a Dockerfile: it is built in the project's folder. */
export function dockerfileDefinition(project: ProjectPaths, file: string): Definition {
  const origin = { file, at: () => ({}) }
  const settings = readSettings({}, origin)
  const { run } = readRunConfig({}, settings, project, origin)
  return {
    kind: 'dockerfile',
    file,
    name: basename(resolve(project.path)),
    services: [
      {
        name: 'app',
        variables: [],
        source: { kind: 'build', dockerfile: file, context: '.', args: {}, hostArgs: {} },
        run: { ...run, publishExposed: true },
      },
    ],
    secrets: [],
    inputs: [...KNOWN_LOCKFILES],
    keep: settings.keep,
    apply: settings.apply,
    warnings: [],
  }
}
