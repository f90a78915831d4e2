export { createCeltraClient, type CeltraClient } from './celtra/client';
export { NO_TURN, RequestLimit, type RequestLimitObserver } from './celtra/concurrency/request-limit';
export type { OAuthSettings } from './celtra/authentication';
export type { ExportedFile } from './celtra/files/exported-file';
export type { CeltraFilters, FilterInput } from './celtra/filters/filter-tree';
export type { ExportFormats } from './celtra/request/asset-formats';
export type { ExportRequest, FileRequest, PinnedVersion } from './celtra/request/prepare-request';
export type { CeltraDependencies, CeltraSettings } from './celtra/settings';
export { createCreativeForceClient, type CreativeForceClient, type ListingPage } from './creative-force/client';
export { pastedTokenExpiry } from './creative-force/login/pasted-token';
export { createStudioLogin, type StudioLogin } from './creative-force/login/studio-login';
export { probeCreativeForce } from './creative-force/probe/probe';
export type { ProbeResult } from './creative-force/probe/probe-recorder';
export type { CreativeForceDependencies, CreativeForceSettings } from './creative-force/settings';
export type { UploadAddress, UploadAddressRequest } from './creative-force/wire/delivery';
export type { ListedTask } from './creative-force/wire/listing';
export type { BulkRead } from './creative-force/wire/page';
export type { StudioFile } from './creative-force/wire/records';
export { parseJson } from './http/body';
export { createDispatcher } from './http/send-request';
export { postJson } from './http/post-json';
export { REQUEST_WINDOW_MS, RequestBudget, type BudgetObserver, type RequestTurn } from './http/request-budget';
export { untilAborted } from './http/until-aborted';
export { createNotificationChannels } from './notifications/create-channels';
export type {
  ChannelName,
  MessagePicture,
  NotificationChannel,
  SendOptions,
} from './notifications/notification-channel';
export { sendToChannels } from './notifications/create-channels';
export {
  isExpiredAddress,
  isPassing,
  RemoteCallError,
  type RemoteCallErrorKind,
  type RemoteCallFacts,
} from './remote-call-error';
export { openSealedBytes, sealBytes } from './sealed-text';
export {
  outputAsJson,
  parseSavedSearch,
  parseSavedTask,
  passesFilters,
  SavedTaskError,
  savedSearchText,
  savedTaskText,
  type SavedTaskContent,
} from './planning/saved-task';
export { createStore, type StoreSettings } from './store/create-store';
export { filesBelow, unlessGone } from './store/files-below';
export { storeFile } from './store/store-file';
export { StoreError, UnsafeStoreError, type Store } from './store/store';
export {
  createTimedThreads,
  type TimedThreads,
  type TimedThreadsOptions,
  TooMuchWorkError,
} from './threads/timed-threads';
export { downloadToFile, type Downloaded, type DownloadRequest } from './transfer/download';
export { removeFolder } from './transfer/file-writer-pool';
export { discardPart, findPart, partPathOf } from './transfer/part-file';
export { Semaphore } from './transfer/semaphore';
export { isDamagedUpload } from './transfer/transfer-error';
export type { AddressLookup } from './transfer/transfer-network';
export { uploadFile } from './transfer/upload';
export { streamToFile } from './stream-to-file';
