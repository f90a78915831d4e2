export { BoardError, startBoard } from './server';
