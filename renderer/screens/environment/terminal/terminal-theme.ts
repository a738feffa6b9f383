import type { ITheme } from '@xterm/xterm'

/** The terminal's colours, by the tokens of the look as they are at the moment. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const dark = document.documentElement.dataset['mantineColorScheme'] === 'dark'
  return {
    background: token('panel'),
    foreground: token('text'),
    cursor: token('brand'),
    cursorAccent: token('panel'),
    selectionBackground: token('brand-soft'),
    ...(dark ? DARK : LIGHT),
  }
}

/** Readable on the light panel; the usual sixteen are made for black. */
const LIGHT: ITheme = {
  black: '#15212a',
  red: '#b22d25',
  green: '#23702a',
  yellow: '#7d560b',
  blue: '#2459b8',
  magenta: '#8a3a9c',
  cyan: '#086f65',
  white: '#55646e',
  brightBlack: '#5c6b75',
  brightRed: '#c0342b',
  brightGreen: '#1f7a35',
  brightYellow: '#8f4d00',
  brightBlue: '#2a5fc0',
  brightMagenta: '#94409f',
  brightCyan: '#0a7a6f',
  brightWhite: '#15212a',
}

const DARK: ITheme = {
  black: '#263238',
  red: '#ff8a80',
  green: '#7bd88f',
  yellow: '#e4b35a',
  blue: '#7fb0ff',
  magenta: '#d6a1f0',
  cyan: '#4fd3c3',
  white: '#e8eef0',
  brightBlack: '#8ba0a9',
  brightRed: '#ff9f97',
  brightGreen: '#98e6a8',
  brightYellow: '#f0c878',
  brightBlue: '#a0c4ff',
  brightMagenta: '#e3baf7',
  brightCyan: '#7de3d6',
  brightWhite: '#ffffff',
}
