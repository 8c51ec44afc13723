;;; test.el --- Emacs with lsp-mode completes with the real server  -*- lexical-binding: t; -*-
;; usage: emacs --batch -Q -l test.el, with CODEEXIT (the server), ELPA (unpacked packages) and WORK (an empty folder) in the environment

(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil ; there is no compiler
      user-emacs-directory (expand-file-name "emacs.d/" (getenv "WORK")))
(dolist (package (directory-files (getenv "ELPA") t "^[^.]")) (add-to-list 'load-path package))
;; Installed as a package, lsp-mode loads these when it needs them.
(dolist (part '(lsp-mode lsp-completion lsp-diagnostics lsp-headerline lsp-icons lsp-inline-completion lsp-lens lsp-modeline lsp-semantic-tokens))
  (require part))
(setq lsp-session-file (expand-file-name "lsp-session" (getenv "WORK"))
      lsp-auto-guess-root t lsp-enable-file-watchers nil lsp-enable-snippet nil
      lsp-restart 'ignore lsp-keep-workspace-alive nil create-lockfiles nil make-backup-files nil)

;; What docs/editors.md tells users to write, with the server under test.
(add-to-list 'lsp-language-id-configuration '(python-mode . "python"))
(lsp-register-client
 (make-lsp-client :new-connection (lsp-stdio-connection (lambda () (list (getenv "CODEEXIT") "lsp")))
                  :major-modes '(python-mode) :add-on? t :server-id 'codeexit))

(defvar test-passed 0)
(defvar test-failed 0)
(defvar test-patience 30 "Seconds; only ends a test that would hang.")

(defun test-check (name ok &optional detail)
  (if ok (setq test-passed (1+ test-passed)) (setq test-failed (1+ test-failed)))
  (message "%s  %s%s" (if ok "ok  " "FAIL") name (if ok "" (format ": %S" detail))))

(defun test-wait (condition)
  (let ((end (+ (float-time) test-patience)) result)
    (while (and (not (setq result (funcall condition))) (< (float-time) end)) (accept-process-output nil 0.02))
    result))

(defun test-text () (buffer-substring-no-properties (point-min) (point-max)))

(defun test-status () (lsp-request "codeexit/status" nil))

(defun test-get (reply key)
  "lsp-mode reads objects into hash tables or, where it was compiled so, into plists."
  (if (hash-table-p reply) (gethash (substring (symbol-name key) 1) reply) (plist-get reply key)))

(defun test-shown ()
  "What the overlay shows behind the cursor."
  (and (lsp-inline-completion--active-p) (substring-no-properties (or (overlay-get lsp-inline-completion--overlay 'after-string) ""))))

(defun test-accept (name typed implicit)
  "Types TYPED on a new line at the end of the buffer, accepts what is shown, and holds the buffer against what it has to be."
  (goto-char (point-max))
  (insert typed)
  (let ((before (test-text)))
    (lsp-inline-completion-display implicit)
    (let ((shown (test-shown)))
      (test-check (concat name ": the overlay shows a suggestion") (and shown (not (string-empty-p shown))) shown)
      (test-check (concat name ": showing changes nothing") (equal (test-text) before) (test-text))
      (when shown (lsp-inline-completion-accept))
      (test-check (concat name ": accepting inserts what was shown") (equal (test-text) (concat before shown)) (list (test-text) shown))
      (insert "\n"))))

(let* ((file (expand-file-name "project/sample.py" (getenv "WORK")))
       (start "import os\n\n\ndef read_lines(path):\n    with open(path) as handle:\n        return handle.readlines()\n\n\n")
       (coding-system-for-write 'utf-8-unix) (coding-system-for-read 'utf-8-unix) workspace process)
  (make-directory (file-name-directory file) t)
  (with-temp-file file (insert start))
  (lsp-workspace-folders-add (file-name-directory file))
  (find-file file)
  (python-mode)
  (electric-indent-local-mode -1)
  (lsp)
  (test-check "the server answers initialize"
              (test-wait (lambda () (and lsp--buffer-workspaces (eq 'initialized (lsp--workspace-status (car lsp--buffer-workspaces)))))))
  (setq workspace (car lsp--buffer-workspaces)
        process (lsp--workspace-cmd-proc workspace))
  (test-check "lsp-mode sees a provider" (lsp-feature? "textDocument/inlineCompletion"))
  (test-check "the mode that asks by itself is on" lsp-inline-completion-mode)
  (test-check "positions are UTF-8 bytes, the first that both know" (eq lsp--position-column-function #'lsp--utf-8-column) lsp--position-column-function)

  (test-accept "asked for" "for line in read_lines" nil)
  (test-accept "by itself, behind é and 😀" "name = \"é😀\"; lines = read_" 'implicit)

  ;; lsp-mode's own way to give a request up: a newer one with the same token.
  (goto-char (point-max))
  (insert "if not os.path.exists")
  (let ((answers 0) (errors nil))
    (dotimes (_ 5)
      (insert "(")
      (lsp-request-async "textDocument/inlineCompletion" (lsp-inline-completion--params t)
                         (lambda (_) (setq answers (1+ answers)))
                         :error-handler (lambda (fault) (push fault errors))
                         :mode 'tick :cancel-token :codeexit-test))
    (test-wait (lambda () (> answers 0)))
    (test-check "typing on: the last request is answered, those before are given up" (= answers 1) (list answers errors))
    (delete-char -5))
  (test-check "nothing runs for requests that were given up" (test-wait (lambda () (eql 0 (test-get (test-status) :pending)))) (test-status))

  (save-buffer) ; which may add a final line end
  (let ((expected (test-text))
        (saved (with-temp-buffer (insert-file-contents file) (buffer-string))))
    (test-check "the saved file is the buffer" (equal expected saved) (list expected saved))
    (test-check "the file begins as it was" (string-prefix-p start expected) expected))
  (test-check "the server heard of both acceptances"
              (eql 2 (test-get (test-get (test-status) :suggestions) :accepted)) (test-status))

  (let ((answered nil))
    ;; lsp-mode kills the process right behind `exit': whether the server ended well is in its answer to `shutdown'.
    (with-lsp-workspace workspace
      (lsp-request-async "shutdown" nil (lambda (_) (setq answered t)) :mode 'detached))
    (test-check "shutdown is answered" (test-wait (lambda () answered)))
    (with-lsp-workspace workspace (lsp-notify "exit" nil))
    (test-check "the server ends by itself, with 0"
                (and (test-wait (lambda () (not (process-live-p process)))) (eql 0 (process-exit-status process)))
                (list (process-status process) (process-exit-status process)))))

(message "%d passed, %d failed" test-passed test-failed)
(kill-emacs (if (= test-failed 0) 0 1))
;;; test.el ends here
