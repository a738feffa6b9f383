/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how definitions write variables. */
import fc from 'fast-check'
import { anyText } from './any-text.ts'

/** Names that mean something to JavaScript's objects, and should mean nothing here. */
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']

const VARIABLES = [
  '${localEnv:HOME}',
  '${localEnv:NONE:${localEnv:HOME}}',
  '${localEnv:NONE:a:b}',
  '${containerEnv:PATH}',
  '${containerWorkspaceFolder}',
  '${localWorkspaceFolder}',
  '${localWorkspaceFolderBasename}',
  '${localGitRoot}',
  '${devcontainerId}',
  '${',
  '${}',
  '${:}',
  '$',
  '}',
  '${localEnv:',
  '${${${',
]

const UNICODE = [
  '\u0000',
  '\ufeff',
  '\u001b[31m',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u202e',
  'é',
  'e\u0301',
  'İ',
  'ß',
  '😀',
  '\ud83d',
  '\ude00',
  '\ude00\ud83d',
  '\ufffd',
  '\uffff',
]

const VALUES = [
  '',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '\\',
  '"',
  "'",
  '.',
  '..',
  '../..',
  '/',
  '//',
  '/etc/passwd',
  'C:\\x',
  '~',
  '-',
  '--',
  '--privileged',
  '-e',
  '-v',
  '/var/run/docker.sock:/s',
  '-p',
  '8080:80',
  '0:0',
  '1-2',
  '99999999999999999999',
  '1e999',
  '-0',
  'source=data,target=/data,type=volume',
  'type=bind,source=/,target=/host',
  'type=tmpfs,target=/t,tmpfs-size=1g',
  'debian:bookworm',
  'Debian',
  'a@sha256:00',
  `a@sha256:${'0'.repeat(64)}`,
  'localhost:5000/a/b:c',
  '[::1]:5000/a',
  'Dockerfile',
  '../Dockerfile',
  '.git',
  'link',
  'odd [name].txt',
  '*',
  '**',
  '**/*',
  '[',
  '[a-',
  '!x',
  'null',
  'true',
  ','.repeat(50),
  'a'.repeat(300),
  'a/'.repeat(300),
]

/** Texts that have broken readers before. */
export const strangeText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.constantFrom(...VARIABLES),
  fc.constantFrom(...UNICODE),
  fc.constantFrom(...PROTOTYPE_NAMES),
  anyText({ maxLength: 8 }),
  fc
    .array(fc.constantFrom(...VARIABLES, ...UNICODE, ...VALUES), { minLength: 2, maxLength: 4 })
    .map((parts) => parts.join('')),
)

export const strangeName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...PROTOTYPE_NAMES),
  strangeText,
  strangeText,
)

const strangeNumber = fc.oneof(
  fc.constantFrom(-1, 0, -0, 1, 0.5, 22, 65535, 65536, 2 ** 31, 2 ** 53, 1e21, 1e308, 5e-324),
  fc.integer(),
)

/** A value inside many lists or objects. */
const nested = fc.tuple(fc.nat(120), fc.boolean()).map(([depth, inLists]) => {
  let value: unknown = null
  for (let level = 0; level < depth; level++) value = inLists ? [value] : { a: value }
  return value
})

/** JSON values of every type, and of the wrong one. */
export const strangeValue: fc.Arbitrary<unknown> = fc.oneof(
  strangeText,
  strangeNumber,
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { '': null }),
  fc.array(fc.oneof(strangeText, strangeNumber), { maxLength: 4 }),
  fc
    .array(fc.tuple(strangeName, fc.oneof(strangeText, strangeNumber)), { maxLength: 3 })
    .map(Object.fromEntries),
  nested,
)
