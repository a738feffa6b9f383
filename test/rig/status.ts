import { existsSync } from 'node:fs'
import Docker from 'dockerode'
import { whyBorrowed } from './borrowed-engine.ts'
import { ENGINES } from './engine-name.ts'
import { enginePaths } from './engines-beside.ts'
import { readFacts, readJson, rigPaths } from './home.ts'
import { isAlive, type ProcessRecord } from './process-record.ts'
import { registryCalls } from './registry-log.ts'

/** The lines that tell how the rig is. */
export async function rigStatus(): Promise<string[]> {
  const because = whyBorrowed()
  if (because) return [`engine    ${await engineLine(new Docker({ timeout: 5000 }))} (borrowed: ${because})`]
  const paths = rigPaths()
  const facts = await readFacts(paths)
  if (!facts) return [`rig       never started in ${paths.home}`]
  const alive = async (file: string) => {
    const record = await readJson<ProcessRecord>(file)
    return isAlive(record) ? `pid ${record.pid}` : 'stopped'
  }
  const engines = ENGINES.map(async (name) => {
    const { engine } = enginePaths(paths, name)
    const answer = await engineLine(new Docker({ socketPath: engine.socket }))
    const line = `${await alive(engine.process)}, ${name.startsWith('podman') ? answer.replace('Docker', 'Podman') : answer}`
    return `engine    ${name}: ${existsSync(engine.folder) ? line : 'never started'}`
  })
  return [
    `rig       ${paths.home}`,
    ...(await Promise.all(engines)),
    `registry  ${await alive(paths.registry.process)}, 127.0.0.1:${facts.port}`,
    `counter   ${await alive(paths.front.process)}, ${await registryCalls().catch(() => 0)} calls`,
    `network   ${facts.bridge}, 10.${facts.network}.0.0/16`,
  ]
}

async function engineLine(docker: Docker): Promise<string> {
  try {
    const info = (await docker.info()) as {
      ServerVersion: string
      Driver: string
      Images: number
      Containers: number
    }
    return `Docker ${info.ServerVersion}, ${info.Driver}, ${info.Images} images, ${info.Containers} containers`
  } catch {
    return 'does not answer'
  }
}
