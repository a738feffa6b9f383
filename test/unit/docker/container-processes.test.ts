import { expect, test } from 'vitest'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { processesIn, processReader } from '../../../main/docker/container-processes.ts'

test('processes are read from what ps writes on the computer of Docker', () => {
  const Titles = ['PID', 'UID', 'TIME', 'RSS', 'COMMAND']
  const Processes = [
    ['4711', '0', '00:00:07', '2048', 'sh -c sleep 100'],
    ['4712', '999', '1-02:03:04', '0', '[worker]'],
  ]
  expect(processesIn({ Titles, Processes })).toEqual([
    { pid: 4711, user: '0', cpu: 7, memory: 2_097_152, command: 'sh -c sleep 100' },
    { pid: 4712, user: '999', cpu: 93_784, memory: 0, command: '[worker]' },
  ])
})

test.each([
  ['0s', 0],
  ['1.5s', 1.5],
  ['2m3s', 123],
  ['1h0m1.25s', 3601.25],
  ['250ms', 0.25],
  ['02:03', 123],
  ['?', 0],
])('the time %s, as Podman and small systems write it, is %d seconds', (time, cpu) => {
  const table = { Titles: ['PID', 'USER', 'TIME', 'COMMAND'], Processes: [['1', 'root', time, 'sh']] }
  expect(processesIn(table)).toEqual([{ pid: 1, user: 'root', cpu, memory: null, command: 'sh' }])
})

test('memory that is not in plain kibibytes is not reported, and what is no process is left out', () => {
  const Titles = ['PID', 'USER', 'TIME', 'RSS', 'CMD']
  const Processes = [
    ['7', 'root', '0:01', '1.2m', 'sh'],
    ['?', 'root', '0:01', '1', 'sh'],
  ]
  expect(processesIn({ Titles, Processes })).toEqual([
    { pid: 7, user: 'root', cpu: 1, memory: null, command: 'sh' },
  ])
  expect(processesIn({ Titles: null, Processes: null })).toEqual([])
})

/** An engine whose `ps` refuses to be asked for columns. */
const refusing = (status: number) =>
  ({
    docker: {
      version: async () => ({ Version: '28.0.1' }),
      getContainer: () => ({
        top: async ({ ps_args }: { ps_args?: string }) => {
          if (ps_args !== undefined)
            throw Object.assign(new Error('ps: bad -o argument'), { statusCode: status })
          return { Titles: ['PID', 'USER', 'TIME', 'COMMAND'], Processes: [['9', 'root', '0:02', 'sleep 1']] }
        },
        inspect: async () => ({ State: { Running: true } }),
      }),
    },
  }) as unknown as Engine

test('where ps has not all columns, what it lists by itself is taken', async () => {
  const read = await processReader(refusing(500))
  expect(await read('id')).toEqual([{ pid: 9, user: 'root', cpu: 2, memory: null, command: 'sleep 1' }])
})

test('what is refused of a running container is a failure', async () => {
  const read = await processReader(refusing(409))
  await expect(read('id')).rejects.toMatchObject({
    code: 'engine-refused',
    why: expect.stringContaining('ps: bad -o argument'),
  })
})
