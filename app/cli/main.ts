#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Loading code is most of the time of a short command.
enableCompileCache()
const { runProgram } = await import('./program.ts')
process.exitCode = await runProgram(process.argv.slice(2))
