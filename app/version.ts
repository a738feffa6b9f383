/** The program's version, as it is told everywhere. */
export const VERSION = '0.1.0'
