import { expect, test } from 'vitest'
import { SECTIONS, sectionsWith } from '../../../renderer/store/app/settings-search.ts'

const texts = {
  general: ['General', 'Theme', 'Clone into'],
  notifications: ['Notifications'],
  personal: ['Personal settings', 'Dotfiles'],
  layer: ['Your layer'],
  engine: ['Engine', 'Address of the engine'],
  baseImages: ['Base images'],
  resets: ['Resets without confirmation'],
  updates: ['Updates'],
  diagnostics: ['Diagnostics'],
}

test.each([
  ['', SECTIONS],
  ['dark', []],
  ['THEME', ['general']],
  ['your', ['layer']],
  ['clone  into', ['general']],
  ['clone dotfiles', []],
])('"%s" is found in %j', (search, found) => {
  expect(sectionsWith(search, texts)).toEqual(found)
})
