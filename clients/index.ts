export { createCeltraClient } from './celtra/client';
export type { ExportFormats, ExportImageFormat, ExportVideoFormat } from './celtra/request/asset-formats';
export type { OAuthSettings } from './celtra/authentication';
export type { CeltraClient } from './celtra/client';
export type { ExportedFile, SavedFile, SaveOptions } from './celtra/files/exported-file';
export type {
  FilterInput,
  CeltraFilters,
  FilterBranch,
  FilterOperators,
  FilterValues,
} from './celtra/filters/filter-tree';
export type { ExportRequest, FileRequest, PinnedVersion, TableRequest } from './celtra/request/prepare-request';
export type { CeltraSettings, CeltraDependencies } from './celtra/settings';
export { createCreativeForceClient } from './creative-force/client';
export type { CreativeForceClient } from './creative-force/client';
export type { BulkRead } from './creative-force/wire/page';
export type { ListedTask } from './creative-force/wire/listing';
export { createStudioLogin } from './creative-force/login/studio-login';
export type { StartedLogin, RedirectResult, StudioLogin } from './creative-force/login/studio-login';
export { probeCreativeForce } from './creative-force/probe/probe';
export type { ProbeRequest } from './creative-force/probe/probe';
export type { ProbeResult } from './creative-force/probe/probe-recorder';
export type { Md5Format } from './creative-force/wire/delivery';
export type { CreativeForceSettings, CreativeForceDependencies } from './creative-force/settings';
export { pastedTokenExpiry } from './creative-force/login/pasted-token';
export type { StudioFile } from './creative-force/wire/records';
export type {
  UploadAddress,
  UploadAddresses,
  UploadRefusal,
  UploadAddressRequest,
} from './creative-force/wire/delivery';
export { createDispatcher } from './http/dispatcher';
export { productVersion } from './http/user-agent';
export { createNotificationClient } from './notifications';
export type { NotificationClient } from './notifications';
export { RemoteCallError } from './remote-call-error';
export type { RemoteCallErrorKind, RemoteCallFacts, RemoteSystem } from './remote-call-error';
export { RequestBudget } from './http/request-budget';
export type { BudgetObserver } from './http/request-budget';
export { openSealedText, sealText } from './sealed-text';
export { createStore, type StoreSettings } from './store/create-store';
export { StoreError, StoreKeyError } from './store/store';
export type { PutOptions, Store, StoreContent } from './store/store';
export { Semaphore } from './transfer/semaphore';
export { downloadToFile } from './transfer/download';
export type { Downloaded, DownloadRequest } from './transfer/download';
export type { FileEnds } from './transfer/file-writer-thread';
export { createTransferDispatcher, type AddressLookup } from './transfer/transfer-network';
export { discardPart, findPart, partPathOf } from './transfer/part-file';
export { uploadFile } from './transfer/upload';
export type { UploadFileRequest } from './transfer/upload';
