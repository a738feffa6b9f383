#!/usr/bin/env node
import './require-node.js'
// Not by name: an older Node has no such export, and has to get as far as the check above.
import module from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'

// The command line of a checkout. JavaScript, so that the compile cache is on before the first TypeScript is read:
// loading code is most of the time of a short command. The cache is in a folder of the person's own: it holds code.
module.enableCompileCache(
  path.join(process.env.PRISTINE_HOME || path.join(homedir(), '.cache', 'pristine'), 'code'),
)
// A command parses little: compiling its schemas takes longer than parsing with them.
globalThis.__zod_globalConfig = { jitless: true }
import('./program.ts').then(({ main }) => main(process.argv.slice(2)))
