/** Stands in for the module `electron`; see README.md. */
export { app } from './app.ts'
export { BrowserWindow } from './browser-window.ts'
export { Menu, Notification, Tray } from './desktop.ts'
export {
  dialog,
  ipcMain,
  nativeImage,
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
} from './main-process.ts'
export { MessageChannelMain } from './message-channel.ts'
