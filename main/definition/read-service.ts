import path from 'node:path'
import type { Definition, Service, Warning } from '../../shared/definition.ts'
import type { Project } from '../project/open.ts'
import { type DockerfileReading, readDockerfile } from './dockerfile/read.ts'
import { readText } from './read-text.ts'

/** One service as read, with what the plan leaves out: the values of its arguments, where lines came from. */
export interface ReadService {
  service: Service
  reading: DockerfileReading
  args: Record<string, string>
  /** The build context, absolute. */
  contextFolder: string
}

/** Reads a service's Dockerfile. Errors: those of reading it. */
export async function readService(
  project: Project,
  definition: Definition,
  service: Service,
): Promise<ReadService> {
  const { source } = service
  if (source.kind === 'image') {
    const reading = readDockerfile(`FROM ${source.reference}\n`, { file: definition.file, args: {} })
    return { service, reading, args: {}, contextFolder: project.path }
  }
  const text = await readText(project, source.dockerfile)
  const reading = readDockerfile(text, {
    file: source.dockerfile,
    args: source.args,
    ...(source.target !== undefined && { target: source.target }),
  })
  return {
    service,
    reading,
    args: source.args,
    contextFolder: path.resolve(project.path, source.context),
  }
}

/** Copying everything is legal, and makes every edit a new version. */
export function wholeContextWarning({ service, reading }: ReadService): Warning[] {
  const source = reading.sources.find(({ patterns }) => patterns.includes('.'))
  if (service.source.kind !== 'build' || !source) return []
  const message =
    `${service.source.dockerfile}:${source.line} copies the whole context, so every edit of a source file makes a new ` +
    'version; copying only what the build needs, such as lockfiles, avoids that.'
  return [{ code: 'whole-context', message }]
}
