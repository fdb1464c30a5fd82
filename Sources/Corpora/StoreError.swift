import Foundation
import GRDB

/// A reason why the store of collections cannot be used.
///
/// Nothing but a cache of vectors and copies of texts is at stake: every caller can go on without
/// storing, and the texts of the errors say so. No error ever removes or replaces a file.
public enum StoreError: Error, Equatable, Sendable {
  case cannotOpen(path: String, reason: String)
  case readOnly(path: String)
  case full(path: String)
  /// Reading or writing the file failed in the system.
  case failing(path: String, reason: String)
  /// Another program held the store for longer than the waiting time.
  case busy(path: String)
  case damaged(path: String, reason: String)
  /// A SQLite file of another program.
  case foreign(path: String)
  /// Written by a newer version of this program.
  case newer(path: String, version: Int, known: Int)
  /// A file in the place of stored vectors that is none of theirs.
  case notVectors(path: String)
  /// Files of stored vectors were made shorter while they were in use.
  case cut(path: String)
  case vectorPlanes(path: String, encoding: String, layer: Int, stored: String, expected: String)
  case zeroCharacter(id: String)
  case unknownCollection(name: String, known: [String])
  case unexpected(path: String, reason: String)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "\(path): the store cannot be opened (\(reason)); \(Self.goesOn); check the folder and its permissions"
    case .readOnly(let path):
      "\(path): the store cannot be written; \(Self.goesOn); check the permissions of the file and its folder"
    case .full(let path):
      "\(path): no space is left for the store; \(Self.goesOn); free some space"
    case .failing(let path, let reason):
      "\(path): the store cannot be read or written (\(reason)); \(Self.goesOn); check the disk"
    case .busy(let path):
      "\(path): another program keeps the store busy; \(Self.goesOn); try again when it is done"
    case .damaged(let path, let reason):
      "\(path): the store is damaged (\(reason)); \(Self.goesOn); move the file away and a new one is made"
    case .foreign(let path):
      "\(path): a database of another program; \(Self.goesOn); choose another file"
    case .newer(let path, let version, let known):
      "\(path): store version \(version), this program knows \(known); \(Self.goesOn); update vecscope"
    case .notVectors(let path):
      "\(path): no vectors of this store; \(Self.goesOn); move the file away and they are made anew"
    case .cut(let path):
      "\(path): another program has cut the stored vectors; start again, and what is lost is made anew"
    case .vectorPlanes(let path, let encoding, let layer, let stored, let expected):
      """
      \(path): the vectors of encoding \(encoding), layer \(layer), have \(stored), not \(expected); \
      remove them and encode again
      """
    case .zeroCharacter(let id):
      "the text '\(id)' contains a zero character and cannot be stored; \(Self.goesOn); remove the character"
    case .unknownCollection(let name, let known):
      known.isEmpty
        ? "no collection '\(name)'; none is stored yet"
        : "no collection '\(name)'; stored are: \(known.joined(separator: ", "))"
    case .unexpected(let path, let reason):
      "\(path): the store failed (\(reason)); \(Self.goesOn)"
    }
  }

  private static let goesOn = "vecscope goes on without storing vectors"

  init(_ error: any Error, path: String) {
    guard let error = error as? DatabaseError else {
      self =
        switch error {
        case let error as StoreError: error
        case is RowDecodingError, is CorpusError: .damaged(path: path, reason: "\(error)")
        default: .unexpected(path: path, reason: "\(error)")
        }
      return
    }
    let reason = error.message ?? "SQLite \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .cannotOpen(path: path, reason: reason)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_FULL: self = .full(path: path)
    case .SQLITE_IOERR, .SQLITE_NOLFS: self = .failing(path: path, reason: reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, reason: reason)
    default: self = .unexpected(path: path, reason: reason)
    }
  }
}

/// What the system says of an error of files, where Foundation says no more than that there was one.
func systemsReason(_ error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  return (underlying ?? error as NSError).localizedDescription
}
