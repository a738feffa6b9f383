import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type Docker from 'dockerode'
import { docker } from './docker.ts'
import type { TestProject } from './test-project.ts'

/** Runs a shell command as root in the container of a service, and returns what it prints. Fails if the command does. */
export async function inService(project: TestProject, service: string, command: string): Promise<string> {
  const exec = await execOf(project, service, command)
  const stream = await exec.start({})
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  docker().modem.demuxStream(stream, stdout, stderr)
  stream.on('end', () => {
    stdout.end()
    stderr.end()
  })
  const [out, err] = await Promise.all([text(stdout), text(stderr)])
  const { ExitCode } = await exec.inspect()
  if (ExitCode !== 0) throw new Error(`${service}: "${command}" ended with ${ExitCode}: ${out}${err}`)
  return out
}

/** The same in the background, without a look at how it ends. */
export async function startInService(project: TestProject, service: string, command: string): Promise<void> {
  await (await execOf(project, service, command)).start({ Detach: true })
}

/** The one container of a service that runs. */
export async function containerOf(project: TestProject, service: string): Promise<Docker.Container> {
  const label = [
    `dev.pristine.project=${await project.key()}`,
    'dev.pristine.role=environment',
    `dev.pristine.service=${service}`,
  ]
  const running = await docker().listContainers({ filters: JSON.stringify({ label }) })
  const [only] = running
  if (!only || running.length > 1) throw new Error(`${running.length} containers of ${service} run`)
  return docker().getContainer(only.Id)
}

async function execOf(project: TestProject, service: string, command: string): Promise<Docker.Exec> {
  const container = await containerOf(project, service)
  return container.exec({
    Cmd: ['/bin/bash', '-c', command],
    User: '0',
    AttachStdout: true,
    AttachStderr: true,
  })
}
