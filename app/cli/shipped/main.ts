#!/usr/bin/env node
import '../require-node.js'
import { homedir } from 'node:os'
import path from 'node:path'
import { keepCode } from './code-cache.ts'

// The command line as it is shipped, on the Node that the person has. Loading code is most of the time of a short command.
const words = process.argv.slice(2)
// One file for each verb: another one calls other functions.
const verb = words.find((word, at) => /^[a-z]{1,20}$/.test(word) && words[at - 1] !== '-C')
const home = process.env.PRISTINE_HOME || path.join(homedir(), '.cache', 'pristine')
keepCode(path.join(home, 'code', verb ?? 'other'))
// A command parses little: compiling its schemas takes longer than parsing with them.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
void import('../program.ts').then(({ main }) => main(words))
