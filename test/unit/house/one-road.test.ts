import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const main = path.join(import.meta.dirname, '../../../main')

/** A container that runs something of a definition is judged by what was granted: there is one way to create it. */
test('containers are created in one place, and where one never runs', () => {
  const users = globSync('**/*.ts', { cwd: main }).filter((file) =>
    /\bcreateContainer\b/.test(readFileSync(path.join(main, file), 'utf8')),
  )
  expect(users.map((file) => file.split(path.sep).join('/')).sort()).toEqual([
    'build/bake/commit-content.ts',
    'build/strip-onbuild.ts',
    'container/launch/create-container.ts',
    'data/volume-layers/engine-place.ts',
    'docker/containers.ts',
    'drift/image-files.ts',
    'environment/write-content-files.ts',
  ])
})

/** Without the data folder a project would get a new key, and lose what it has. */
test('the engine opens projects with its data folder', () => {
  const forgetful = globSync('**/*.ts', { cwd: main }).filter((file) =>
    /(?<!function )\b(?:openProject|projectAt)\((?![^\n]*\bhome\b)/.test(
      readFileSync(path.join(main, file), 'utf8'),
    ),
  )
  expect(forgetful).toEqual([])
})

/** Git runs what a repository's settings name, and code in an environment can write those: it is asked hardened. */
test('git is run in its own folder alone, but for the version that doctor asks', () => {
  const runners = globSync('**/*.ts', { cwd: main }).filter((file) =>
    /\b(?:spawn|spawnSync|exec|execFile|execFileSync|promisify\(execFile\))\(\s*'git'/.test(
      readFileSync(path.join(main, file), 'utf8'),
    ),
  )
  expect(runners.map((file) => file.split(path.sep).join('/')).sort()).toEqual([
    'doctor/doctor.ts',
    'git/spawn-git.ts',
  ])
})
