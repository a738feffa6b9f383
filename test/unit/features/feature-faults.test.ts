import { test } from 'vitest'
import { readDefinition } from '../../../main/definition/devcontainer/read-definition.ts'
import { expectError, makeProject } from '../definition/project.ts'

const mounts = ['type=bind,source=cache,target=/cache']

test("a fault in a feature's settings is reported in the feature's own file", async () => {
  const file = '.devcontainer/f/devcontainer-feature.json'
  await using project = await makeProject({
    '.devcontainer/devcontainer.json': '{ "image": "busybox", "features": { "./f": {} } }',
    [file]: `{ "id": "f",\n "mounts": ${JSON.stringify(mounts)} }`,
    '.devcontainer/f/install.sh': '',
  })
  await expectError(readDefinition(project, { env: {} }), 'definition-invalid', { file, line: 2 })
})

test.each([
  ['settings', JSON.stringify({ id: 'f', mounts })],
  ['dependencies', JSON.stringify({ id: 'f', dependsOn: { 'no such name!': {} } })],
  ['text', '{ "id": '],
])('a fault in the %s of a feature that is not in the repository is for its authors', async (_, metadata) => {
  const reference = 'registry.example.com/features/f:1'
  await using project = await makeProject({
    '.devcontainer/devcontainer.json': `{ "image": "busybox", "features": { "${reference}": {} } }`,
  })
  const pin = { resolved: `${reference}@sha256:${'0'.repeat(64)}`, integrity: `sha256:${'0'.repeat(64)}` }
  const findFeature = async () => ({ pin, files: [], metadata })
  await expectError(readDefinition(project, { env: {}, findFeature }), 'definition-invalid', {
    file: `devcontainer-feature.json of ${reference}`,
    feature: reference,
  })
})
