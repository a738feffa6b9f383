// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { expect, test } from 'vitest'
import { secretVariables } from '../../../main/container/launch/secret-variables.ts'
import { readRun } from '../definition/project.ts'

test('what a service may be given of the environment is named, but for what only says who a person is', async () => {
  const run = await readRun({
    image: 'busybox',
    containerEnv: { A: 'x ${localEnv:OWN:none}', HOME_OF: '${localEnv:HOME}' },
    remoteEnv: { B: '${localEnv:REMOTE}', C: '${localEnv:OWN}' },
  })
  const compose = { environment: { PASSED: null, D: '${STACK:-${OTHER}}' }, labels: ['at=${LABEL}'] }
  const hooks = { postCreateCommand: [['tool', '${localEnv:HOOK}']] }
  expect(secretVariables({ run, hooks, compose }).sort()).toEqual(
    ['HOOK', 'LABEL', 'OTHER', 'OWN', 'PASSED', 'REMOTE', 'STACK'].sort(),
  )
  expect(secretVariables({ run, hooks: {}, compose: { environment: ['PASSED', 'E=plain'] } }).sort()).toEqual(
    ['OWN', 'PASSED', 'REMOTE'],
  )
  expect(secretVariables({ run, hooks: {} }, ['CONFIG', 'HOME', 'OWN']).sort()).toEqual(
    ['CONFIG', 'OWN', 'REMOTE'].sort(),
  )
})
