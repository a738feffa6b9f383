// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { expect, it } from 'vitest'
import { expectError, read } from '../definition/project.ts'

const files = {
  '.devcontainer/tool/devcontainer-feature.json': '{"id": "tool", "version": "1.0.0"}',
  '.devcontainer/tool/install.sh': '',
}
const withFeature = (more: object) =>
  read({ image: 'debian', features: { './tool': {} }, ...more }, { files, env: { USER: 'ada' } })

it.each([
  ['remoteUser', { remoteUser: '${localEnv:USER}' }],
  ['containerUser', { containerUser: '${localEnv:USER:dev}', remoteUser: 'dev' }],
  ['runArgs', { runArgs: ['--user=${localEnv:USER}'], containerUser: 'dev' }],
])('a user that this computer names is refused with features, with its place: %s', async (key, json) => {
  await expectError(withFeature(json), 'definition-unsupported', {
    key,
    file: '.devcontainer/devcontainer.json',
    line: expect.any(Number),
    reason: expect.stringContaining('localEnv:USER'),
  })
})

it('such a user is fine without features, and any other with them', async () => {
  await read({ image: 'debian', features: {}, remoteUser: '${localEnv:USER}' })
  const { services } = await withFeature({ remoteUser: 'dev', containerUser: '1000:1000' })
  expect(services[0]?.run.remoteUser).toBe('dev')
})
