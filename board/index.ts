export { BoardError, startBoard } from './server';
export { noPictures } from './pictures/picture-reader';
