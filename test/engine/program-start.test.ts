import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { unusedPort } from '../rig/port.ts'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const idle = (port: number, more: object = {}) =>
  devcontainer({ image: 'busybox:1.36', forwardPorts: [port], userEnvProbe: 'none', ...more })
const npm = { 'package.json': JSON.stringify({ scripts: { start: 'node server.js' } }) }

testEven('a published port is dead until a program inside listens, and again when it has ended', async () => {
  const port = await unusedPort()
  await using project = await testProject(idle(port))
  expect(await project.engine.listens(project.folder, port)).toBe(false)
  await project.up()
  expect(await project.engine.listens(project.folder, port)).toBe(false)
  await project.exec(`httpd -p ${port} -h /tmp`)
  expect(await project.engine.listens(project.folder, port)).toBe(true)
  await project.exec('killall httpd')
  expect(await project.engine.listens(project.folder, port)).toBe(false)
  // One that speaks first, and then hangs up.
  await project.exec(`nc -ll -p ${port} -e echo hello & sleep 0.3`)
  expect(await project.engine.listens(project.folder, port)).toBe(true)
  // Bound to localhost inside, it is not reached from outside.
  await project.exec(`killall nc; httpd -p 127.0.0.1:${port} -h /tmp`)
  expect(await project.engine.listens(project.folder, port)).toBe(false)
  await project.engine.stop(project.folder, project.run())
  expect(await project.engine.listens(project.folder, port)).toBe(false)
})

test("a port of this computer that is not the project's is never tried", async () => {
  await using project = await testProject(idle(await unusedPort()))
  await project.up()
  let tried = 0
  const server = createServer(() => tried++).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  expect(await project.engine.listens(project.folder, port)).toBe(false)
  server.close()
  await once(server, 'close')
  expect(tried).toBe(0)
})

testOdd('how its program starts is reported: by hooks and a script, or by the image itself', async () => {
  const port = await unusedPort()
  await using project = await testProject({
    ...idle(port, { postStartCommand: 'true', postAttachCommand: { a: ['echo', 'a b'], b: 'true # b' } }),
    ...npm,
  })
  await project.up()
  expect(await project.engine.programStart(project.folder, undefined)).toEqual({
    own: false,
    hooks: [
      { hook: 'postStartCommand', command: 'true' },
      { hook: 'postAttachCommand', command: '["echo","a b"]' },
      { hook: 'postAttachCommand', command: 'true # b' },
    ],
    likely: { command: 'npm start', from: 'package.json' },
  })
  await using own = await testProject({
    ...npm,
    Dockerfile: 'FROM busybox:1.36\nRUN true # program-start\nCMD ["sleep", "infinity"]\n',
  })
  await own.up()
  expect(await own.engine.programStart(own.folder, undefined)).toEqual({ own: true, hooks: [], likely: null })
  // What does not run started nothing.
  await own.engine.stop(own.folder, own.run())
  expect(await own.engine.programStart(own.folder, undefined)).toMatchObject({ own: false })
})

testEven(
  'up ends with how the program is started, beside what scripts read, and only when it did something',
  async () => {
    await using project = await testProject({ ...idle(await unusedPort()), ...npm })
    const first = await pristine(project, 'up')
    expect(first.stdout).toMatch(/\n {2}http:\/\/127\.0\.0\.1:\d+.*\n$/)
    expect(first.stderr).toMatch(/to start its program: pristine exec -- npm start\n$/)
    expect((await pristine(project, 'up')).stderr).not.toContain('exec --')
    await project.write({ 'package.json': '{}' })
    await project.engine.stop(project.folder, project.run())
    expect((await pristine(project, 'up')).stderr).toMatch(/to work inside: pristine shell\n$/)
    // Called elsewhere, it says where.
    const inside = Object.entries({ ...idle(await unusedPort(), { init: false }), ...npm })
    await project.write(Object.fromEntries(inside.map(([file, text]) => [`it's here/${file}`, text])))
    const elsewhere = await pristine(project, '-C', "it's here", 'up')
    expect(elsewhere.stderr).toContain("pristine -C 'it'\\''s here' exec -- npm start")
    expect((await pristine(project, '-C', "it's here", 'rm', '--data', '--versions')).code).toBe(0)
  },
)
