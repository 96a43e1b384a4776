# Homebrew formula. Its syntax is checked, not yet run: there was no Mac, and no release to take a checksum from.
# The release workflow fills in version and checksum, and attaches the result to the release.
class OpenclawDoctor < Formula
  desc "Read-only diagnostics for an OpenClaw Gateway"
  homepage "https://github.com/openclaw-doctor/openclaw-doctor"
  url "https://github.com/openclaw-doctor/openclaw-doctor/archive/refs/tags/v0.0.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "rust" => :build

  def install
    # `openclaw` itself is not installed: it is the name of the Node CLI.
    system "cargo", "install", "--bin", "openclaw-doctor", *std_cargo_args
    (man1/"openclaw-doctor.1").write Utils.safe_popen_read(bin/"openclaw-doctor", "man")
    (doc/"sbom.cdx.json").write Utils.safe_popen_read("python3", "packaging/sbom")
    generate_completions_from_executable(bin/"openclaw-doctor", "completions")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/openclaw-doctor --version")
    # 1: the sample is a machine with a problem.
    assert_match "key-only-in-shell", shell_output("#{bin}/openclaw-doctor --from sample", 1)
  end
end
