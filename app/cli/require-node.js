// What runs first of the command line, on whatever Node there is: an older one could not even read the program. Plain
// JavaScript, because an older one reads nothing else.
const OLDEST = 24
if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  console.error(
    `✗ Pristine needs Node ${OLDEST} or newer.\n` +
      `  why  ${process.execPath} is Node ${process.versions.node}.\n` +
      `  do   Install Node ${OLDEST}, or put the folder of one that is there first in PATH.`,
  )
  process.exit(1)
}
