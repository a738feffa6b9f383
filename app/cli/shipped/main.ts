#!/usr/bin/env node
import { homedir } from 'node:os'
import path from 'node:path'
import { keepCode } from './code-cache.ts'

/** The command line as it is shipped, on the Node that the person has. An older one could not even read the program. */
const OLDEST = 24
if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  console.error(
    `✗ Pristine needs Node ${OLDEST} or newer.\n` +
      `  why  ${process.execPath} is Node ${process.versions.node}.\n` +
      `  do   Install Node ${OLDEST}, or put the folder of one that is there first in PATH.`,
  )
  process.exit(1)
}
// Loading code is most of the time of a short command.
const words = process.argv.slice(2)
// One file for each verb: another one calls other functions.
const verb = words.find((word, at) => /^[a-z]{1,20}$/.test(word) && words[at - 1] !== '-C')
const home = process.env.PRISTINE_HOME || path.join(homedir(), '.cache', 'pristine')
keepCode(path.join(home, 'code', verb ?? 'other'))
// A command parses little: compiling its schemas takes longer than parsing with them.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
void import('../program.ts').then(({ main }) => main(words))
