import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

// Runs after `npm ci`, in the folder of the checkout: scripts have to run on the Node that npm installed there, whatever
// Node runs npm. Plain JavaScript, because an older Node reads nothing else.
//
// The packages of all platforms have a program "node", and npm installs that of this one. npm 10 then removes those of the
// others with their links, which have the same name; linking once more brings the right one back.
const OLDEST = 24
const isLinked = () => existsSync('node_modules/.bin/node')

if (!isLinked() && process.env.npm_execpath) {
  const rebuild = [process.env.npm_execpath, 'rebuild', '--ignore-scripts']
  execFileSync(process.execPath, rebuild, { stdio: ['ignore', 'ignore', 'inherit'] })
}
if (!isLinked() && Number.parseInt(process.versions.node, 10) < OLDEST) {
  console.error(
    `✗ Pristine needs Node ${OLDEST} or newer.\n` +
      `  why  npm installed none for ${process.platform} ${process.arch}, and yours is Node ${process.versions.node}.\n` +
      `  do   Install Node ${OLDEST}, then run "npm ci" again.`,
  )
  process.exitCode = 1
}
