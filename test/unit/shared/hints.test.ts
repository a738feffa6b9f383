import { describe, expect, test } from 'vitest'
import { type ErrorCode, productError } from '../../../shared/errors.ts'

/** The hint of an error, from plain data. */
const hintOf = (code: ErrorCode, data: object): string => productError(code, data as never).hint

describe('a hint follows from the cause', () => {
  const hook = { hook: 'postCreateCommand', command: 'x', code: 1 }
  test.each<[ErrorCode, object, RegExp]>([
    [
      'storage-failed',
      { path: '/p', problem: "EROFS: read-only file system, open '/p/x'" },
      /read-only: mount/,
    ],
    [
      'storage-failed',
      { path: '/p', problem: 'ENOSPC: no space left on device, write' },
      /^Free space there\.$/,
    ],
    [
      'storage-failed',
      { path: '/p', problem: "EACCES: permission denied, open '/p/x'" },
      /^Give yourself perm/,
    ],
    ['storage-failed', { path: '/p', problem: 'somebody else holds its lock' }, /^Free space there, or give/],
    ['input-unreadable', { path: 'a', problem: 'it keeps changing while it is read' }, /^Run it again/],
    ['input-unreadable', { path: 'a', problem: 'its name holds a line end' }, /^Rename it/],
    ['input-unreadable', { path: 'a', problem: 'permission denied' }, /^Give yourself permission to read/],
    ['input-unreadable', { path: 'a', problem: 'it is a socket' }, /^Make it a readable regular file/],
    ['hook-failed', { ...hook, output: ['x: No space left on device'] }, /^Free space/],
    [
      'hook-failed',
      {
        ...hook,
        output: ['OCI runtime exec failed: exec: "nope": executable file not found in $PATH: unknown'],
      },
      /^The image has no nope: install it/,
    ],
    ['hook-failed', { ...hook, output: ['/bin/sh: nope: not found'] }, /^Correct the command/],
    [
      'container-not-started',
      { service: 'app', problem: 'runc create failed: unable to apply caps: operation not permitted' },
      /^The engine itself has fewer rights/,
    ],
    [
      'lock-invalid',
      { file: 'l', problem: 'it was written by a newer Pristine.', newer: true },
      /^Update Pristine\.$/,
    ],
    [
      'lock-invalid',
      { file: 'l', problem: "EACCES: permission denied, open 'l'" },
      /^Give yourself permission/,
    ],
    ['lock-invalid', { file: 'l', problem: 'it must be a JSON object.' }, /^Take l back .* or delete it/],
    ['definition-invalid', { file: 'f.json', problem: 'x' }, /^Correct f\.json/],
    [
      'definition-invalid',
      { file: 'f.json', problem: 'x', feature: 'r/f:1' },
      /^Use another version of the feature/,
    ],
    [
      'build-failed',
      { file: 'Dockerfile', problem: 'exit code: 137', output: [] },
      /^It was killed, .* memory/,
    ],
    ['build-failed', { file: 'Dockerfile', problem: 'exit code: 1', output: [] }, /^Correct Dockerfile/],
    ['feature-failed', { feature: 'f', problem: 'exit code: 137', output: [] }, /^It was killed, .* memory/],
    [
      'hook-failed',
      { ...hook, output: ["dd: error writing '/dev/shm/x': No space left on device"] },
      /^Give the container more shared memory/,
    ],
    [
      'hook-failed',
      { ...hook, output: ["Error: ENOSPC: System limit for number of file watchers reached, watch '/x'"] },
      /watch more files/,
    ],
    [
      'hook-failed',
      { ...hook, output: ['tail: inotify cannot be used: inotify_add_watch: No space left on device'] },
      /watch more files/,
    ],
    [
      'container-not-started',
      { service: 'app', problem: 'could not select device driver "" with capabilities: [[gpu]]' },
      /^The engine has no driver for the GPUs/,
    ],
    [
      'container-not-started',
      { service: 'app', problem: 'error gathering device information while adding custom device "/dev/x"' },
      /^The engine's computer has no such device/,
    ],
    [
      'container-not-started',
      { service: 'app', problem: 'cannot join network of a non running container: 0123' },
      /does not run: start it/,
    ],
    [
      'container-not-started',
      { service: 'app', problem: 'Container 0123 is not running' },
      /does not run: start it/,
    ],
    // An environment that ended meanwhile joins nothing.
    [
      'engine-refused',
      { while: 'starting a command', problem: 'Container 0123 is not running' },
      /^Run again with -v/,
    ],
    [
      'engine-refused',
      { while: 'creating the container', problem: 'Unknown runtime specified nope' },
      /^The engine has no such runtime .* take the option out/,
    ],
    [
      'engine-refused',
      { while: 'creating the container', problem: 'unknown or invalid runtime name: nope' },
      /^The engine has no such runtime/,
    ],
    ...(
      [
        [137, '', /^It was killed, .* this computer's memory ran out: close other programs, and run again/],
        [1, 'cp: error writing: No space left on device', /^Free space on this computer and run again/],
        [1, "Error: ENOSPC: System limit for number of file watchers reached, watch '/x'", /^Let this comp/],
        [127, '/bin/sh: 1: gcloud: not found', /^This computer has no gcloud: install it, or name a program/],
        [127, 'spawn gcloud ENOENT', /^This computer has no gcloud: install it, or/],
        [127, '/bin/sh: 1: bash: not found', /^This computer has no bash: install it, or write the command/],
        [127, '/bin/sh: 1: ./setup.sh: not found', /correct the path, or install that program, and run/],
        [1, 'gcloud: no project', /^Correct the command/],
      ] as const
    ).map(([code, line, hint]): [ErrorCode, object, RegExp] => [
      'hook-failed',
      { hook: 'initializeCommand', command: 'x', code, output: [line] },
      hint,
    ]),
    ...(
      [
        ['/bin/sh: bash: not found', /^The image has no bash: .* for \/bin\/sh, and run again/],
        ['/bin/sh: 1: npm: not found', /^The image has no npm: install it/],
        ['bash: line 1: npm: command not found', /^The image has no npm: install it/],
        ["env: can't execute 'bash': No such file or directory", /^The image has no bash:/],
        ['/usr/bin/env: ‘bash’: No such file or directory', /^The image has no bash:/],
        [
          '/bin/sh: ./setup.sh: not found',
          /^\.\/setup\.sh is missing, or the program that its first line names/,
        ],
        [
          'bash: ./setup.sh: /bin/bash: bad interpreter: No such file or directory',
          /^The image has no \/bin\/bash:/,
        ],
        ['nothing to be read from', /^Correct the command/],
      ] as const
    ).map(([line, hint]): [ErrorCode, object, RegExp] => [
      'hook-failed',
      { ...hook, code: 127, output: ['first', line] },
      hint,
    ]),
    [
      'container-exited',
      {
        service: 'app',
        code: 137,
        memory: true,
        reason: ' (it was killed for using too much memory)',
        output: [],
      },
      /^Give it more memory/,
    ],
    [
      'container-exited',
      { service: 'app', code: 1, memory: false, reason: '', output: [] },
      /^Correct the program or its command, and/,
    ],
    [
      'container-exited',
      { service: 'app', code: 5, memory: false, reason: '', output: [], replaceable: true },
      /, or set "overrideCommand": true in devcontainer.json/,
    ],
    [
      'container-exited',
      { service: 'api', code: 1, memory: false, reason: '', output: [], restart: 'always' },
      /^Pristine does not restart it, .*"restart: always".*"condition: service_healthy" in "depends_on"\. Otherwise correct the/,
    ],
    ['port-taken', { port: 80, container: 80, fixed: true }, /^Stop what holds it/],
    ['port-taken', { port: 80, container: 80, fixed: false }, /^Run "pristine up": it takes another port\.$/],
    ['shell-missing', { service: 'app' }, /"overrideCommand": false/],
    ['shell-missing', { service: 'app', hook: 'postCreateCommand' }, /^Write it as a list of words/],
  ])('%s %j', (code, data, hint) => {
    expect(hintOf(code, data)).toMatch(hint)
  })
})

test('what cannot be written is named once, and no temporary file', () => {
  const problem = "EROFS: read-only file system, open '/proc/self/fd/23/pristine.lock.1.tmp'"
  const error = productError('storage-failed', { path: '/p/pristine.lock', problem, of: 'lock' })
  expect(error.message).toBe('/p/pristine.lock could not be written.')
  expect(error.why).toBe('EROFS: read-only file system')
  expect(error.hint).toMatch(
    /^It is mounted read-only: mount it read-write; where nobody may write, a complete lock/,
  )
})

test('a name of a repository is one word of the command that is to be run', () => {
  const { hint } = productError('submodule-missing', {
    modules: ['libs/lib', '$(id) x'],
    hooks: ['onCreateCommand'],
  })
  expect(hint).toContain(`"git submodule update --init libs/lib '$(id) x'"`)
})
