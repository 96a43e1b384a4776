# Evaluated by Nix 2.8, not yet built: nixpkgs was not to be had, and so there is no flake.lock; the first `nix build` writes one, which
# belongs in the repository. `nix run .` starts the doctor, `nix build .` makes the package.
{
  description = "Read-only diagnostics for an OpenClaw Gateway";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      manifest = (nixpkgs.lib.importTOML ./Cargo.toml).package;
    in {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          version = manifest.version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          cargoBuildFlags = [ "--bin" "openclaw-doctor" ];
          # The tests start shells and service managers of a usual Linux, which the build sandbox has not.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles pkgs.python3 ];
          # On Linux SQLite is built in.
          buildInputs = nixpkgs.lib.optionals pkgs.stdenv.hostPlatform.isDarwin [ pkgs.sqlite ];
          postInstall = ''
            $out/bin/openclaw-doctor man > openclaw-doctor.1
            mkdir -p $out/share/doc/openclaw-doctor
            python3 packaging/sbom > $out/share/doc/openclaw-doctor/sbom.cdx.json
            installManPage openclaw-doctor.1
            installShellCompletion --cmd openclaw-doctor \
              --bash <($out/bin/openclaw-doctor completions bash) \
              --zsh <($out/bin/openclaw-doctor completions zsh) \
              --fish <($out/bin/openclaw-doctor completions fish)
          '';
          meta = {
            description = manifest.description;
            homepage = manifest.homepage;
            license = pkgs.lib.licenses.mit;
            mainProgram = "openclaw-doctor";
          };
        };
      });
    };
}
