import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import path from 'node:path'
import vm from 'node:vm'
import { crc32 } from 'node:zlib'

/** A part of the file of a cache: the code that V8 made of one source, both with their checksums. */
interface Part {
  file: string
  source: number
  code: number
  length: number
}

/** How Node compiles a CommonJS module, which it names in no documentation but has kept for all tools that hook it. */
interface Compiling {
  _compile(this: NodeJS.Module, content: string, filename: string, format?: string): unknown
}

/**
 * Keeps the compiled code of all CommonJS modules in a file, with every function that was called until the process
 * ended. Node's own compile cache is taken before a module runs and holds what its top level compiles: the functions
 * that it calls are compiled anew each time, which is a tenth of a short command.
 *
 * The file is written at the end of a process that ended with 0 and did not find it whole. What V8 or a checksum
 * refuses is compiled again; a folder that cannot be written costs time and nothing else.
 */
export function keepCode(file: string): void {
  const kept = readParts(file)
  const scripts = new Map<string, { script: vm.Script; source: number }>()
  let missed = false
  const proto = Module.prototype as unknown as Compiling
  const compile = proto._compile

  proto._compile = function (content, filename, format) {
    if (format === 'module') return compile.call(this, content, filename, format)
    const source = crc32(content)
    const part = kept.get(filename)
    const cachedData = part?.source === source ? part.data : undefined
    const script = new vm.Script(wrap(content), {
      filename,
      cachedData,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    })
    if (!cachedData || script.cachedDataRejected) missed = true
    scripts.set(filename, { script, source })
    const run = script.runInThisContext() as (...given: unknown[]) => unknown
    return run.call(
      this.exports,
      this.exports,
      createRequire(filename),
      this,
      filename,
      path.dirname(filename),
    )
  }

  process.once('exit', (code) => {
    if (!missed || code !== 0) return
    const parts: Part[] = []
    const codes: Buffer[] = []
    for (const [name, { script, source }] of scripts) {
      const data = script.createCachedData()
      parts.push({ file: name, source, code: crc32(data), length: data.length })
      codes.push(data)
    }
    write(file, Buffer.concat([Buffer.from(`${JSON.stringify(parts)}\n`), ...codes]))
  })
}

/** A module's text as the function that Node calls. It stays on its line, so that places in it are true. */
const wrap = (content: string): string =>
  `(function (exports, require, module, __filename, __dirname) { ${content.replace(/^#!.*/, '')}\n})`

/** The parts of a file that are as they were written. */
function readParts(file: string): Map<string, { source: number; data: Buffer }> {
  const parts = new Map<string, { source: number; data: Buffer }>()
  try {
    const whole = readFileSync(file)
    const head = whole.indexOf('\n')
    let from = head + 1
    for (const part of JSON.parse(whole.toString('utf8', 0, head)) as Part[]) {
      const data = whole.subarray(from, from + part.length)
      from += part.length
      if (crc32(data) === part.code) parts.set(part.file, { source: part.source, data })
    }
  } catch {
    // It is not there yet, or is nothing that was written here.
  }
  return parts
}

/** Whole or not at all, and only for the person: it holds code. Where it cannot be written, the next command compiles. */
function write(file: string, content: Buffer): void {
  const made = `${file}.${process.pid}`
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  } catch {
    return
  }
  try {
    writeFileSync(made, content, { mode: 0o600 })
    renameSync(made, file)
  } catch {
    rmSync(made, { force: true })
  }
}
