export type { BoardOptions } from './board-options';
export { BoardError, startBoard } from './server';
export { createPictureReader, noPictures } from './pictures/read-pictures';
export { savedTaskReader } from './recipes/saved-tasks';
