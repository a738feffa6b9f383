#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'

// JavaScript, so that the compile cache is on before the first TypeScript is read: loading code is most of the time
// of a short command. The cache is in a folder of the person's own, because it holds code.
enableCompileCache(path.join(process.env.PRISTINE_HOME || path.join(homedir(), '.cache', 'pristine'), 'code'))
// A command parses little: compiling its schemas takes longer than parsing with them.
globalThis.__zod_globalConfig = { jitless: true }
import('./program.ts').then(async ({ runProgram }) => {
  const code = await runProgram(process.argv.slice(2))
  // What was printed is out before the process ends. It ends without waiting for the removal of a replaced container.
  await new Promise((resolve) => process.stdout.write('', resolve))
  process.exit(code)
})
